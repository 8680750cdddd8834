"""Uploads: files on their way in, by tus 1.0 (resumable), then inspected, scanned, and kept for whoever refers to them.

Life of a file: `receiving` (bytes arrive, the size on disk is the offset) → `inspecting` (a job stores it by content,
looks into it and has it scanned) → `ready`, `rejected` with a reason and a way on, or `quarantined`. Contexts take files
up through `interfaces.materials.Materials` and serve them by `content.content_response`.
"""
