"""`python -m grantengine`: the same commands without the console script."""

from grantengine.web.commands.main import main

main()
