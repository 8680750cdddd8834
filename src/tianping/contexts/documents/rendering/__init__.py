"""The printing room: typed papers in, PDF/A-2b out. Pure: no database, no network, no clock.

`model` holds the papers, `press` prints them, `complaint` writes a complaint from answers, `citation` names articles.
Everything a person typed reaches the templates as strings of a JSON document, never as Typst source.
"""
