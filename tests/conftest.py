"""Fixtures shared by all tests, one module a subject."""

pytest_plugins = ("tests.databases", "tests.replicas")
