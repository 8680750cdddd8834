"""Payments 缴费: fee orders, relief, payments and refunds through a gateway, receipts, the ledger of court money.

Law: Measures on the Payment of Litigation Costs (State Council Decree 481) arts. 20-28, 44-53; CPL Interpretation
arts. 199, 206, 207, 213.
"""
