"""The kinds of evidence, and what they are for."""

from tianping.contexts.evidence.model.deposits import Category, CategoryView
from tianping.kit.problems import Text

NAMES: dict[Category, Text] = {
    Category.WORKS: Text("作品版权", "Works and copyright"),
    Category.INFRINGE: Text("侵权取证", "Infringement"),
    Category.CONTRACT: Text("电子合同", "Electronic contracts"),
    Category.TRADE: Text("电商交易", "E-commerce"),
    Category.FINANCE: Text("互联网金融", "Online finance"),
    Category.MESSAGE: Text("通信记录", "Messages"),
    Category.PUBLISH: Text("网络发布", "Online publication"),
    Category.PRIVACY: Text("个人信息", "Personal information"),
    Category.COURT: Text("司法文书与卷宗", "Court documents and files"),
}
ABOUT: dict[Category, Text] = {
    Category.WORKS: Text(
        "照片、文章、音乐、视频、软件等作品的底稿与原件",
        "Drafts and originals of pictures, texts, music, video, software",
    ),
    Category.INFRINGE: Text("侵权网页、页面录屏、商品链接", "Infringing pages, recordings of the screen, listings"),
    Category.CONTRACT: Text("电子合同、订单条款、授权书", "Electronic contracts, terms of orders, licences"),
    Category.TRADE: Text("订单、支付、物流与售后记录", "Records of orders, payment, delivery and after-sales"),
    Category.FINANCE: Text("借款、还款、担保与催收记录", "Records of loans, repayment, security and collection"),
    Category.MESSAGE: Text("聊天记录、邮件、短信、通话录音", "Chats, e-mail, text messages, recorded calls"),
    Category.PUBLISH: Text("帖子、评论、直播与其他公开言论", "Posts, comments, live streams and other public speech"),
    Category.PRIVACY: Text("个人信息的收集、使用与泄露情况", "How personal information was collected, used or leaked"),
    Category.COURT: Text("本院卷宗摘要与文书，由本院自动存入", "Dockets and papers of this court, deposited by itself"),
}
MAIN_NAME = Text("主链", "Main chain")
MAIN_ABOUT = Text("成员、接入决定与各业务链的锚定", "Members, decisions on access, and anchors of the other chains")


def name_of(category: str) -> Text:
    """The name of a category, or of one that this court does not know: its own identifier."""
    return NAMES[Category(category)] if category in NAMES else Text(category, category)


def about(category: str | None) -> Text:
    """What a chain of this category is for; None: the main chain."""
    if category is None:
        return MAIN_ABOUT
    return ABOUT[Category(category)] if category in ABOUT else Text(category, category)


def all_of_them() -> list[CategoryView]:
    return [CategoryView(one, NAMES[one], ABOUT[one], one is not Category.COURT) for one in Category]
