"""One believable paper of every kind, for tests and for looking at."""

import io
from datetime import UTC, date, datetime

from PIL import Image, ImageDraw

from tianping.contexts.documents.rendering import model
from tianping.kit.digests import sm3
from tianping.kit.money import Money

CASE_NUMBER = "（2026）京0491民初1024号"
FILING_NUMBER = "（2026）天平收000123号"
MADE_AT = datetime(2026, 3, 2, 6, 5, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)
DIGEST = sm3(b"complaint")
COURT = model.Court(name="天平示范互联网法院", address="示范市科技园区天平路1号", telephone="010-12368", demo=True)


def mark(number: str) -> model.Mark:
    return model.Mark(number=number, check_url=f"https://court.example/check?n={number}")


def drawn_signature() -> bytes:
    image = Image.new("RGBA", (600, 220), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.line([(40, 120), (120, 40), (160, 180), (230, 60), (300, 150), (420, 50), (470, 170), (560, 90)], "black", 9)
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


SIGNED = model.Signature(name="林晓月", capacity="原告", signed_at=MADE_AT, digest=DIGEST, image=drawn_signature())
PARTIES = [
    (
        "原告：林晓月，女，1993年6月18日出生，汉族，职员，住北京市海淀区学院路甲5号院2号楼301室，"
        "公民身份号码110108199306180021，联系电话13800000001，电子送达地址linxiaoyue@example.cn。"
    ),
    (
        "被告：杭州云岫贸易有限公司，住所地浙江省杭州市余杭区仓前街道12号，统一社会信用代码91330110MA2KXXXX0A。"
        "\n法定代表人：周明，总经理。"
    ),
]
CLAIMS = [
    "请求判令被告退还货款1299元",
    "请求判令被告增加赔偿3897元（计算方式：实付价款1299元的三倍）",
    "本案诉讼费用由被告承担",
]
FACTS = [
    (
        "2026年1月15日20时31分，原告在“集市”平台向被告经营的“云岫数码旗舰店”购买降噪耳机一副，订单号为20260115-88341207，"
        "实付价款1299元。被告在商品页面承诺：“正品保障，假一赔三”。"
    ),
    (
        "2026年1月20日，原告收到商品后发现商品系假冒：机身序列号经品牌官方查询不存在，包装印刷与正品不一致。原告于当日与商家协商，"
        "商家以“批次不同”为由拒绝退款。"
    ),
    (
        "原告认为，被告以假充真，构成欺诈，应当依法承担退款和增加赔偿的责任。为维护合法权益，根据《中华人民共和国民法典》"
        "第五百七十七条，《中华人民共和国消费者权益保护法》第五十五条的规定，特提起诉讼，请求判如所请。"
    ),
]


def every_paper() -> list[model.Paper]:
    common = {"court": COURT, "made_at": MADE_AT}
    notice = {**common, "to": ["林晓月"], "issued_on": DAY, "contact": "立案庭 010-12368 转 1"}
    dispute = "林晓月与杭州云岫贸易有限公司信息网络买卖合同纠纷"
    return [
        model.Complaint(
            **common,
            mark=mark("TPSF-2026-SZ-000123"),
            parties=PARTIES,
            claims=CLAIMS,
            facts=FACTS,
            evidence=[
                model.EvidenceRow(
                    name="订单详情及支付记录截图",
                    source="“集市”平台订单页",
                    proves="双方合同成立及实付价款",
                    form="电子数据",
                    pages=3,
                ),
                model.EvidenceRow(
                    name="商品照片", source="原告拍摄", proves="商品与正品不符", form="电子数据", pages=6
                ),
                model.EvidenceRow(
                    name="与商家的聊天记录",
                    source="平台客服对话",
                    proves="协商经过，被告拒绝退款",
                    form="电子数据",
                    pages=12,
                ),
            ],
            attachments=["起诉状副本1份", "证据材料3件"],
            signatures=[SIGNED],
            plaintiffs=["林晓月"],
            signed_on=DAY,
        ),
        model.FilingReceipt(
            **common,
            mark=mark("TPSF-2026-SJ-000123"),
            filing_number=FILING_NUMBER,
            filer="林晓月",
            cause="信息网络买卖合同纠纷",
            received_at=MADE_AT,
            materials=[
                model.ReceivedMaterial(name="民事起诉状", form="电子文书", pages=2, digest=DIGEST),
                model.ReceivedMaterial(name="身份证明.jpg", form="图片", digest=sm3(b"1")),
                model.ReceivedMaterial(name="商品照片（IMG_2041.HEIC）", form="图片", digest=sm3(b"2")),
                model.ReceivedMaterial(name="订单详情及支付记录.pdf", form="PDF", pages=60, digest=sm3(b"3")),
                model.ReceivedMaterial(name="开箱过程.mp4", form="视频", digest=sm3(b"4")),
            ],
            received_by="本院诉讼平台（自动接收）",
            complaint_digest=DIGEST,
            review_due=date(2026, 3, 9),
            basis="《中华人民共和国民事诉讼法》第一百二十六条",
        ),
        model.CorrectionNotice(
            **notice,
            mark=mark("TPSF-2026-BZ-000007"),
            filing_number=FILING_NUMBER,
            cause="信息网络买卖合同纠纷",
            items=[
                "被告“云岫数码旗舰店”经营者的身份信息不明确，请补充其营业执照所载名称和住所地，或者提交平台披露的经营者信息。",
                "第二项诉讼请求的金额与计算方式不一致，请核对。",
                "身份证明照片不清晰，请重新上传。",
            ],
            due=date(2026, 3, 17),
            basis="《最高人民法院关于人民法院登记立案若干问题的规定》第七条",
        ),
        model.AcceptanceNotice(
            **notice,
            mark=mark("TPSF-2026-SL-000031"),
            case_number=CASE_NUMBER,
            dispute=dispute,
            accepted_on=DAY,
            procedure="简易程序",
            basis="《中华人民共和国民事诉讼法》第一百二十六条、第一百二十九条",
        ),
        model.FeeNotice(
            **notice,
            mark=mark("TPSF-2026-JF-000031"),
            case_number=CASE_NUMBER,
            dispute=dispute,
            purpose="案件受理费",
            amount_in_dispute=Money.parse("5196"),
            amount=Money.parse("25"),
            steps=[
                model.CountedStep(text="不超过1万元的部分，每件交纳50元", amount=Money.parse("50")),
                model.CountedStep(text="适用简易程序，减半交纳", amount=Money.parse("25")),
            ],
            due=date(2026, 3, 9),
            how_to_pay="登录本院诉讼平台，在本案“缴费”中在线支付；也可以凭本通知书编号到银行柜台交纳。",
            basis="《诉讼费用交纳办法》第十三条第（一）项、第十六条、第二十二条",
        ),
        model.Mandate(
            **common,
            mark=mark("TPSF-2026-SQ-000012"),
            principal=model.Principal(
                name="林晓月", particulars=["女", "公民身份号码110108199306180021", "电话13800000001"]
            ),
            agent=model.Principal(name="陈思远", particulars=["北京衡平律师事务所律师", "电话13900000002"]),
            matter="与杭州云岫贸易有限公司信息网络买卖合同纠纷一案",
            powers=[
                model.GrantedPower(text="代为起诉、应诉，提供证据，参加庭审和辩论", granted=True, special=False),
                model.GrantedPower(text="代为承认诉讼请求", granted=False, special=True),
                model.GrantedPower(text="代为放弃诉讼请求", granted=False, special=True),
                model.GrantedPower(text="代为变更诉讼请求", granted=True, special=True),
                model.GrantedPower(text="代为和解", granted=True, special=True),
                model.GrantedPower(text="代为提起反诉", granted=False, special=True),
                model.GrantedPower(text="代为提起上诉", granted=True, special=True),
                model.GrantedPower(text="代收款项", granted=False, special=True),
            ],
            given_on=DAY,
            valid_until=date(2027, 3, 1),
            signatures=[
                model.Signature(
                    name="林晓月", capacity="委托人", signed_at=MADE_AT, digest=DIGEST, image=drawn_signature()
                )
            ],
            basis="《中华人民共和国民事诉讼法》第六十二条",
        ),
        model.RefusalRuling(
            **common,
            mark=mark("TPSF-2026-CD-000002"),
            case_number="（2026）京0491民初1025号",
            plaintiffs=["起诉人：赵平，男，1988年2月3日出生，汉族，住北京市朝阳区。"],
            received_on=DAY,
            dispute="与某平台网络服务合同纠纷",
            claims=["请求判令被告恢复账号", "请求判令被告赔偿损失500元"],
            reasons=[
                (
                    "起诉必须符合有明确的被告、有具体的诉讼请求和事实理由等条件。起诉人与被告之间的同一争议，已由生效裁判确认，"
                    "起诉人就同一诉讼标的、同一诉讼请求再次起诉，构成重复起诉。"
                ),
            ],
            basis="《中华人民共和国民事诉讼法》第一百二十二条、第一百二十六条、第一百五十七条第一款第（一）项",
            appeal_days=10,
            appeal_court="天平示范中级人民法院",
            bench=[model.SittingMember(seat="审判员", name="何静")],
            clerks=[model.SittingMember(seat="书记员", name="吴桐")],
            issued_on=DAY,
        ),
        model.BenchNotice(
            **notice,
            mark=mark("TPSF-2026-SP-000020"),
            case_number=CASE_NUMBER,
            dispute=dispute,
            collegial=True,
            members=[
                model.SittingMember(seat="审判长", name="何静"),
                model.SittingMember(seat="审判员", name="沈一鸣"),
                model.SittingMember(seat="人民陪审员", name="欧阳若兰"),
                model.SittingMember(seat="书记员", name="吴桐"),
            ],
            basis="《中华人民共和国民事诉讼法》第一百三十一条",
            recusal_basis="《中华人民共和国民事诉讼法》第四十七条、第四十八条",
        ),
        model.FeeReceipt(
            **common,
            mark=mark("TPSF-2026-PJ-000018"),
            case_number=CASE_NUMBER,
            payer="林晓月",
            items=[model.FeeItem(name="案件受理费", amount=Money.parse("25"))],
            paid_at=MADE_AT,
            channel="在线支付（示范通道）",
            transaction="20260302140509000018",
            collected_by="天平示范互联网法院",
        ),
        model.ReturnNotice(
            **notice,
            mark=mark("TPSF-2026-GX-000003"),
            filing_number=FILING_NUMBER,
            cause="名誉权纠纷",
            reasons=[
                "自2025年11月1日起，名誉权纠纷不再由互联网法院集中管辖。本案被告住所地和侵权结果发生地均在北京市朝阳区。"
            ],
            competent_court="北京市朝阳区人民法院",
            basis="《最高人民法院关于互联网法院案件管辖的规定》第一条",
        ),
        model.VerificationReport(
            **common,
            mark=mark("TPSF-2026-HY-000001"),
            case_number=CASE_NUMBER,
            dispute=dispute,
            checked_at=MADE_AT,
            checked_by="何静",
            items=[
                model.VerifiedItem(
                    label="证据1：《晨雾》原始照片",
                    storage_number="TP1-WORKS-20260302-000000042-7K",
                    result="自存入以来未被篡改",
                    said="所提交的文件与存入的一致，自2026年3月2日14:05:09存入以来未被篡改。有相反证据足以推翻的除外（第十六条）。",
                    stored_at=MADE_AT,
                    depositor="天平示范互联网法院存证应用",
                    cosigners="天平示范互联网法院",
                    interest="存证平台是本案当事人，应审查其有无不当干预取证、存证过程（第十七条）。",
                ),
                model.VerifiedItem(
                    label="卷宗第 12 条及以前",
                    storage_number="TP1-COURT-20260302-000000007-3Q",
                    result="与存入的内容不一致",
                    said="所提交的文件与2026年3月2日14:05:09存入的不一致。",
                ),
            ],
            matches=1,
            mismatches=1,
            others=0,
            basis="《人民法院在线诉讼规则》第十六条至第十八条",
            not_proven=["存入之前是否真实。", "由谁制作、为谁所有。"],
        ),
    ]
