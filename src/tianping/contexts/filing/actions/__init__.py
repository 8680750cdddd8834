"""Acts of filing, one file each topic: authorise, decide through `rules`, save, tell."""
