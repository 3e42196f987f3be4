"""Serve the archive to assistants."""

import click

from scheduler.asking import query_words
from scheduler.commands.session import Failure, Session, pass_session


@click.command(short_help="助手接口 the archive for assistants (MCP)")
@pass_session
def mcp(session: Session) -> None:
    """通过标准输入输出为智能助手提供检索、阅读和引用。 Search, read and quote for assistants, over standard input and output.

    Read-only. Needs the extra: pip install 'jindu[mcp]'
    """
    try:
        from scheduler.assistants import build_server
    except ImportError:
        raise Failure("需要 mcp 包 (the library mcp is missing): pip install 'jindu[mcp]'") from None
    with session.database() as database:
        build_server(database, query_words(session.topic)).run("stdio")
