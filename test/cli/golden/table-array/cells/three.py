print(__name__, os.environ['MODE'])
