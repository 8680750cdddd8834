"""Registers outside the court that identity asks (`interfaces.identity.RealNameRegister`)."""
