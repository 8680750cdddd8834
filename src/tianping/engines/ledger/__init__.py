"""The evidence ledger: deposits get a storage number, and anyone can check them later without asking us.

Owns: chains of deposits, who may deposit and who co-signs, checkpoints, proofs and certificates. Usable without a court.
Pure are digests, merkle, codec, numbers, model, checkpoints, transactions and machine; store keeps one chain on disk;
drivers decide the order of blocks (`solo`: one signing node; `cometbft`: a consortium). The published format, from which
other checkers are written, is docs/ledger-format.md.

Law: Online Litigation Rules (最高人民法院《人民法院在线诉讼规则》) 16 to 19: a deposit shows that data was not altered since it
was stored; what was true before is a separate question.
"""
