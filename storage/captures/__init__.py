"""The bytes behind each version: WARC files, the chained manifests, their retention."""
