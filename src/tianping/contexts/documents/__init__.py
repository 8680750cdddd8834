"""Documents: the court's papers, each with a number, made once, and checkable by anyone who holds a copy.

Owns the series of document numbers, the issued PDF (PDF/A-2b) with its SM3 digest, and who may read it. The papers
follow the official forms of civil litigation (民事诉讼文书样式) in the manner of GB/T 9704; `rendering` prints them.
"""
