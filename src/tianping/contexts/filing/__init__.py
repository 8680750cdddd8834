"""Filing 立案: guided intake, complaint drafts, signing and submitting, review, correction, acceptance.

Law: CPL arts. 122-127 (conditions, complaint, seven days), JI arts. 208-211, RG arts. 4-8, ORL arts. 9-11 (online
filing, one correction list, the clock restarts), CPL art. 62 (powers of agents).
"""
