"""The local stand-in for the registers of people and organisations: it compares with nothing, and says that it is one.

So that every outcome can be shown, the sequence digits of a number decide: an identity number whose digits 15 to 17, or a
credit code whose characters 15 to 17, are `404` does not match, `503` finds the register away. All else matches.
"""

from tianping.contexts.identity.rules.standing import STAND_IN
from tianping.interfaces.identity import RealNameAnswer


class StandInRegister:
    async def check_person(self, name: str, identity_number: str) -> RealNameAnswer:
        return _answer(identity_number)

    async def check_organisation(self, name: str, credit_code: str) -> RealNameAnswer:
        return _answer(credit_code)


def _answer(number: str) -> RealNameAnswer:
    matched = {"404": False, "503": None}.get(number[14:17], True)
    return RealNameAnswer(matched, STAND_IN)
