"""Guidance 诉讼服务: answers before anybody sues. Here: the public calculators over the lawbook.

Owns no data. Law: the whole of `lawbook/`; each answer names its articles.
"""
