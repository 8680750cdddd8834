"""Types of the fields that people fill in, and what every handler is given."""

from typing import Annotated

from litestar import Response
from litestar.params import Dependency, Parameter
from msgspec import Meta

from tianping.contexts.identity.actions.desk import Desk
from tianping.contexts.identity.model.account import SessionView
from tianping.interfaces.identity import Actor
from tianping.platform.http.envelope import session_cookie
from tianping.platform.http.paging import MAX_LIMIT

IdentityDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]
Limit = Annotated[int, Parameter(ge=1, le=MAX_LIMIT, description="At most so many items")]
Cursor = Annotated[str | None, Parameter(description="`next_cursor` of the page before")]

Mobile = Annotated[str, Meta(min_length=11, max_length=20, examples=["13800000001"])]
Code = Annotated[
    str, Meta(min_length=6, max_length=12, examples=["123456"], description="The 6 digits of the text message")
]
NewPassword = Annotated[str, Meta(min_length=1, max_length=200, examples=["correct horse battery staple"])]
Password = Annotated[str, Meta(min_length=1, max_length=200, examples=["correct horse battery staple"])]
Totp = Annotated[
    str, Meta(min_length=6, max_length=20, examples=["654321"], description="Authenticator or recovery code")
]
Altcha = Annotated[
    str,
    Meta(
        min_length=1, max_length=8000, examples=["eyJjaGFsbGVuZ2UiOnsi…"], description="What the ALTCHA widget returned"
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=60, examples=["李明"])]
IdentityNumber = Annotated[str, Meta(min_length=15, max_length=24, examples=["11010519491231002X"])]
CreditCode = Annotated[str, Meta(min_length=15, max_length=24, examples=["91350100M000100Y43"])]
OrganisationTitle = Annotated[str, Meta(min_length=1, max_length=120, examples=["北京晴川数码有限公司"])]
Address = Annotated[str, Meta(max_length=240, examples=["北京市海淀区中关村大街 1 号"])]


def with_cookie(view: SessionView, token: str) -> Response[SessionView]:
    return Response(view, status_code=201, headers={"Set-Cookie": session_cookie(token)})
