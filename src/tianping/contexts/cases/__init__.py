"""Cases 案件: the case, its number, parties, bench, stage and docket; draws of the bench that anyone can recompute.

Law: CPL arts. 40-50 (composition, recusal), 126 (acceptance), 131 (notice of the bench), 170 (change of procedure);
JI arts. 213 (unpaid: treated as withdrawn), 258 (simplified to ordinary); SPC Provisions on Case Numbers.
"""
