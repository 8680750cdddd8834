"""The people of the demo court: litigants, lawyers, companies, the court itself. All are invented.

Identity numbers and credit codes have right check characters but use area codes that name no district (…00), and the
mobile numbers lie in one block, so that they are told from real ones at a glance.
"""

from datetime import date

import msgspec

from tianping.contexts.identity.rules.numbers import credit_check_character, identity_check_digit
from tianping.interfaces.identity import Role
from tianping.kit.problems import Text


class Citizen(msgspec.Struct, frozen=True, kw_only=True):
    """A litigant, a lawyer or who works for a company. `region` are the first two digits of the identity number."""

    key: str
    name: str
    sex: str
    born_on: date
    occupation: str
    region: str
    address: str
    domicile: str
    serial: int
    ethnicity: str = "汉族"
    about: Text
    licence: str | None = None
    firm: str | None = None

    @property
    def mobile(self) -> str:
        return f"13800000{self.serial:03d}"

    @property
    def identity_number(self) -> str:
        order = self.serial % 500 * 2 + (self.sex == "male")
        first = f"{self.region}0000{self.born_on:%Y%m%d}{order % 1000:03d}"
        return first + identity_check_digit(first)


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """A company with an account; `owner` is the key of the citizen who acts for it."""

    key: str
    name: str
    code: str
    representative: str
    address: str
    domicile: str
    owner: str

    @property
    def credit_code(self) -> str:
        return self.code + credit_check_character(self.code)


class Official(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the court."""

    key: str
    name: str
    roles: tuple[Role, ...]
    serial: int
    division: str | None = None
    subjects: tuple[str, ...] = ()
    load_weight: str = "1"
    about: Text

    @property
    def mobile(self) -> str:
        return f"13800000{self.serial:03d}"


def _c(
    key: str, name: str, sex: str, born: str, occupation: str, region: str, address: str, serial: int, zh: str, en: str,
    *, ethnicity: str = "汉族", licence: str | None = None, firm: str | None = None,
) -> Citizen:  # fmt: skip
    domicile = address.split("·", maxsplit=1)[0]
    return Citizen(
        key=key, name=name, sex=sex, born_on=date.fromisoformat(born), occupation=occupation, region=region,
        address=address.replace("·", ""), domicile=domicile, serial=serial, ethnicity=ethnicity, about=Text(zh, en),
        licence=licence, firm=firm,
    )  # fmt: skip


LITIGANTS = (
    _c("lin", "林晓燕", "female", "1991-03-12", "小学教师", "11", "北京市海淀区·学院路示例小区3号楼402", 101,
       "小学教师，网购茶壶破损案原告：先看“我的事项”和已立案的案件",
       "Primary school teacher, plaintiff about a broken teapot: see “My matters” and the open case"),
    _c("chen", "陈志远", "male", "1986-08-25", "程序员", "44", "广东省深圳市南山区·科技路示例公寓B座1107", 102,
       "程序员，账号被封案原告：案件已分给法官，可以申请回避",
       "Programmer whose account was banned: the case has a judge, recusal can be asked for"),
    _c("wang", "王秀兰", "female", "1957-11-03", "退休工人", "13", "河北省石家庄市长安区·示例里5栋2单元301", 103,
       "退休工人，由外甥女代理：看委托、免交诉讼费的决定", "Retired worker with a relative as agent: see the mandate and the fee waiver"),
    _c("zhao", "赵鹏", "male", "1998-06-17", "外卖骑手", "41", "河南省周口市川汇区·示例庄12号", 104,
       "外卖骑手：待交诉讼费，可以申请缓交", "Delivery rider: a fee is due, deferral can be asked for"),
    _c("ayi", "阿依古丽·买买提", "female", "1994-04-09", "舞蹈教师", "65", "新疆维吾尔自治区乌鲁木齐市天山区·示例街88号", 105,
       "舞蹈教师：起诉材料待补正，看补正通知", "Dance teacher: a correction is asked for, see the notice" ),
    _c("liu", "刘畅", "female", "2002-09-21", "大学生", "42", "湖北省武汉市洪山区·示例大学城7号", 106,
       "大学生：有一份未写完的起诉草稿", "Student with an unfinished draft complaint"),
    _c("sun", "孙国庆", "male", "1969-10-01", "个体工商户", "37", "山东省济南市历下区·示例巷21号", 107,
       "个体户：重复提交过同一事实，看相似提示", "Shopkeeper who filed the same facts twice: see the notice of like filings"),
    _c("zhou", "周志强", "male", "1979-01-30", "二手相机经营者", "11", "北京市通州区·示例园东里9号", 108,
       "二手相机卖家，两案被告：从被告一侧看案件", "Seller of used cameras, defendant in two cases: the other side's view"),
    _c("he", "何雨桐", "female", "1989-12-08", "平面设计师", "33", "浙江省杭州市西湖区·示例路66号", 109,
       "设计师：作品被搬运，起诉后被告知向有管辖权的法院起诉", "Designer whose filing was returned with the competent court named"),
    _c("zhang", "张伟", "male", "1983-02-14", "公司职员", "11", "北京市朝阳区·示例东路15号院2号楼", 110,
       "公司职员，个人信息案原告：合议庭审理", "Office worker, plaintiff about personal information: a collegial bench"),
    _c("wu", "吴敏", "female", "1976-05-27", "会计", "51", "四川省成都市武侯区·示例街30号", 111,
       "会计：羽绒服系列案原告之一，刚刚立案", "Accountant, one of a series about down jackets, just accepted"),
    _c("zheng", "郑浩然", "male", "2003-07-19", "游戏主播", "43", "湖南省长沙市岳麓区·示例坡3号", 112,
       "游戏主播：虚拟财产案，已申请更换法官", "Game streamer, virtual property, has asked for recusal"),
    _c("huang", "黄丽华", "female", "1988-10-30", "家庭主妇", "35", "福建省厦门市思明区·示例海岸19号", 113,
       "未成年人充值案原告：重复支付的钱已原路退回", "Plaintiff about a child's top-ups: a double payment went back"),
    _c("xu", "徐建军", "male", "1962-04-05", "货车司机", "21", "辽宁省沈阳市铁西区·示例街101号", 114,
       "货车司机：一件逾期未交费，按撤诉处理；一件逾期未补正，已退回",
       "Lorry driver: one fee unpaid, treated as withdrawn; one filing not corrected in time, returned"),
    _c("han", "韩雪", "female", "1995-01-16", "带货主播", "23", "黑龙江省哈尔滨市南岗区·示例大道8号", 115,
       "主播：名誉权起诉被退回，仍坚持，裁定不予受理", "Streamer: defamation filing returned, insisted, refused by ruling"),
)  # fmt: skip

AGENTS = (
    _c("fang", "方明哲", "male", "1980-03-03", "律师", "11", "北京市东城区·示例大厦1801", 121,
       "律师：受个人和公司委托，为他人起诉", "Lawyer with mandates of persons and a company, files for others",
       licence="11101201810123456", firm="北京示例明镜律师事务所"),
    _c("song", "宋佳音", "female", "1990-07-07", "律师", "31", "上海市静安区·示例中心2205", 122,
       "律师：平台公司的代理人", "Lawyer for a platform company", licence="13101201911234567", firm="上海示例衡平律师事务所"),
    _c("luo", "罗启航", "male", "1987-11-11", "律师", "44", "广东省广州市天河区·示例广场33层", 123,
       "律师：一份委托已被撤销，看委托记录", "Lawyer, one mandate was revoked: see the mandates",
       licence="14401201710987654", firm="广东示例启航律师事务所"),
    _c("li", "李娟", "female", "1985-09-09", "护士", "13", "河北省石家庄市裕华区·示例路7号", 124,
       "王秀兰的外甥女，以近亲属身份代理", "Niece of Wang Xiulan, acts as close relative"),
)  # fmt: skip

IN_COMPANIES = (
    _c("guo", "郭静", "female", "1984-06-06", "法务经理", "11", "北京市海淀区·学院南路示例园1号楼3层", 131,
       "平台公司法务：看针对平台的案件", "Counsel of a platform company: see the cases against it"),
    _c("gao", "高远山", "male", "1972-02-02", "茶商", "11", "北京市丰台区·示例东路20号", 132,
       "茶叶公司负责人，系列案被告", "Head of a tea company, defendant in several cases"),
    _c("lu", "陆子安", "male", "1981-12-12", "企业管理人员", "11", "北京市海淀区·示例大街12号", 133,
       "游戏公司负责人，被告一侧", "Head of a game company, on the defendant's side"),
    _c("jiang", "蒋文博", "male", "1990-08-18", "出版人", "11", "北京市朝阳区·示例文化园C座", 134,
       "文化公司负责人：委托律师起诉", "Head of a publishing company that files through a lawyer"),
    _c("qian", "钱立春", "male", "1975-03-05", "服装企业负责人", "33", "浙江省嘉兴市南湖区·示例路6号", 135,
       "羽绒服店铺经营者，五件类似案件的被告", "Runs the down jacket shop, defendant in a series of five"),
)  # fmt: skip

COMPANIES = (
    Company(key="youxuan", name="北京优选汇网络科技有限公司", code="91110108MA0DEM0A1", representative="周启明",
            address="北京市海淀区学院南路示例园1号楼3层", domicile="北京市海淀区", owner="guo"),
    Company(key="shanye", name="北京山野茶语贸易有限公司", code="91110106MA0DEM0E5", representative="高远山",
            address="北京市丰台区示例东路20号", domicile="北京市丰台区", owner="gao"),
    Company(key="xinghai", name="北京星海互娱科技有限公司", code="91110108MA0DEM0D4", representative="陆子安",
            address="北京市海淀区示例大街12号", domicile="北京市海淀区", owner="lu"),
    Company(key="qinghe", name="北京青禾文化传媒有限公司", code="91110105MA0DEM0H8", representative="蒋文博",
            address="北京市朝阳区示例文化园C座", domicile="北京市朝阳区", owner="jiang"),
    Company(key="nuandong", name="嘉兴暖冬服饰有限公司", code="91330402MA0DEM0F6", representative="钱立春",
            address="浙江省嘉兴市南湖区示例路6号", domicile="浙江省嘉兴市南湖区", owner="qian"),
)  # fmt: skip

_SALES = ("ecom_sale", "net_service", "online_loan", "general", "信息网络买卖合同纠纷", "网络服务合同纠纷")
_RIGHTS = (
    "reputation",
    "个人信息保护纠纷",
    "隐私权纠纷",
    "网络虚拟财产合同纠纷",
    "网络虚拟财产权属纠纷",
    "网络服务合同纠纷",
)
_WORKS = ("dissemination", "网络不正当竞争纠纷", "网络域名权属纠纷", "信息网络买卖合同纠纷")


def _o(key: str, name: str, roles: tuple[Role, ...], serial: int, division: str | None, zh: str, en: str,
       subjects: tuple[str, ...] = (), load_weight: str = "1") -> Official:  # fmt: skip
    return Official(key=key, name=name, roles=roles, serial=serial, division=division, subjects=subjects,
                    load_weight=load_weight, about=Text(zh, en))  # fmt: skip


OFFICIALS = (
    _o("clerk_filing", "李文静", (Role.CLERK,), 201, "filing",
       "立案庭书记员：先看“工作台—立案审查”", "Clerk of the filing division: start with the review queue"),
    _o("clerk_first", "赵一鸣", (Role.CLERK,), 202, "first",
       "审判一庭书记员：看本庭案件", "Clerk of the first division: see its cases"),
    _o("filing_judge", "周慧", (Role.FILING_JUDGE,), 211, "filing",
       "立案法官：可以裁定不予受理、成批立案", "Filing judge: may refuse by ruling, and accept a series together"),
    _o("filing_judge_2", "陈立群", (Role.FILING_JUDGE,), 212, "filing",
       "立案法官：手上有正在审查的收件", "Filing judge with reviews under way"),
    _o("judge_zhang", "张若水", (Role.JUDGE,), 221, "first",
       "法官：看自己的案件，可以裁定转换程序", "Judge: see own cases, may rule on procedure", _SALES),
    _o("judge_xu", "许清源", (Role.JUDGE,), 222, "first",
       "法官：有合议庭案件", "Judge with collegial cases", _SALES),
    _o("judge_su", "苏敏", (Role.JUDGE,), 223, "second",
       "法官：个人信息与虚拟财产案件", "Judge for personal information and virtual property", _RIGHTS),
    _o("judge_meng", "孟昭明", (Role.JUDGE,), 224, "second",
       "法官：已申报与一家公司的亲属关系，不参与其案件的抽选",
       "Judge who declared kinship with a company and is left out of its draws", _RIGHTS),
    _o("judge_gu", "顾言之", (Role.JUDGE,), 225, "third",
       "知识产权法官，分案权重较低", "Intellectual property judge with a lower share", (*_WORKS, "general"), "0.50"),
    _o("judge_tan", "谭月华", (Role.JUDGE,), 226, "second",
       "法官：看随机分案记录", "Judge: see the records of draws", (*_RIGHTS, "general")),
    _o("head_first", "杨帆", (Role.DIVISION_HEAD, Role.JUDGE), 231, "first",
       "审判一庭庭长：审批重新分案、缓减免交诉讼费", "Head of the first division: reassignment and fee relief", _SALES, "0.30"),
    _o("head_second", "郑怀仁", (Role.DIVISION_HEAD, Role.JUDGE), 232, "second",
       "审判二庭庭长：指定审判长、处理待分案件", "Head of the second division: presiding judges, waiting cases", _RIGHTS, "0.30"),
    _o("president", "林正言", (Role.PRESIDENT,), 241, None,
       "院长：决定回避申请", "President: decides on recusal"),
    _o("cashier", "钱慧", (Role.CASHIER,), 251, None,
       "财务：看账目与对账", "Cashier: ledger and reconciliation"),
    _o("system_admin", "唐铭", (Role.SYSTEM_ADMIN,), 261, None,
       "系统管理员：看未完成的后台工作、法院日历、人员", "System administrator: parked work, calendar, staff"),
    _o("security_admin", "冯锐", (Role.SECURITY_ADMIN,), 262, None,
       "安全管理员：确认授权、密钥轮换", "Security administrator: confirms roles, rotates keys"),
    _o("audit_admin", "沈静", (Role.AUDIT_ADMIN,), 263, None,
       "审计管理员：看谁打开过哪些案卷", "Audit administrator: who opened which matter"),
)  # fmt: skip

CITIZENS = (*LITIGANTS, *AGENTS, *IN_COMPANIES)

ROLE_NAMES: dict[Role, Text] = {
    Role.LITIGANT: Text("当事人", "litigant"),
    Role.LAWYER: Text("律师", "lawyer"),
    Role.CLERK: Text("书记员", "clerk"),
    Role.FILING_JUDGE: Text("立案法官", "filing judge"),
    Role.JUDGE: Text("法官", "judge"),
    Role.DIVISION_HEAD: Text("庭长", "division head"),
    Role.PRESIDENT: Text("院长", "president"),
    Role.CASHIER: Text("财务", "cashier"),
    Role.SYSTEM_ADMIN: Text("系统管理员", "system administrator"),
    Role.SECURITY_ADMIN: Text("安全管理员", "security administrator"),
    Role.AUDIT_ADMIN: Text("审计管理员", "audit administrator"),
}
"""By the first role of a person."""

_SHOWN = (
    "lin", "zhao", "zhou", "fang", "guo", "clerk_filing", "filing_judge", "judge_zhang", "head_first", "president",
    "cashier", "system_admin", "security_admin", "audit_admin",
)  # fmt: skip


def introductions() -> list[tuple[Text, str, Text]]:
    """One person a role for the printed summary: role, name, what to look at first."""
    known: dict[str, tuple[Text, str, Text]] = {
        c.key: (ROLE_NAMES[Role.LAWYER if c.licence else Role.LITIGANT], c.name, c.about) for c in CITIZENS
    }
    known |= {o.key: (ROLE_NAMES[o.roles[0]], o.name, o.about) for o in OFFICIALS}
    return [known[key] for key in _SHOWN]
