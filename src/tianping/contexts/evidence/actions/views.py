"""A deposit as its depositor sees it."""

from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.deposits import Deposit, DepositView, ShareView, State
from tianping.contexts.evidence.rules import categories, permitted, provenance


def view(desk: Desk, deposit: Deposit) -> DepositView:
    now = desk.clock.now()
    href = f"/api/v1/deposits/{deposit.id}"
    stored = deposit.state is State.STORED
    share = None
    if deposit.code is not None and deposit.shared_until is not None and deposit.shared_until > now:
        share = ShareView(deposit.code, f"/shared/{deposit.code}", deposit.shared_until)
    return DepositView(
        id=deposit.id, title=deposit.title, category=deposit.category, category_name=categories.NAMES[deposit.category],
        organisation_id=deposit.organisation_id, state=deposit.state, number=deposit.number, chain=deposit.chain,
        stored_at=deposit.stored_at, made_at=deposit.made_at, claimed_at=deposit.claimed_at, digest=deposit.digest,
        sha256=deposit.sha256, size=deposit.size, media_type=deposit.media_type, file_name=deposit.file_name,
        kept=deposit.upload_id is not None or (deposit.capture_id is not None and deposit.forgotten_at is None),
        upload_id=deposit.upload_id, capture_id=deposit.capture_id, source=provenance.source_of(deposit.facts), share=share,
        failure=deposit.failure, forgotten_at=deposit.forgotten_at,
        certificate=f"{href}/certificate" if stored else None, proof=f"{href}/proof" if stored else None,
        permitted_acts=permitted.acts_on(deposit, at=now),
    )  # fmt: skip
