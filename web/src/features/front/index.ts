/** The public front offers pages only; no other feature builds on it. */
export {}
