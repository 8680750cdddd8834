"""The first case, stage by stage: each does its part in the browser and checks what is seen."""
