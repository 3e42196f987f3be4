"""The reader's page and the API, over the archive only: server-rendered, without scripts, bound to this machine."""
