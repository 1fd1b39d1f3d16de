print(os.environ['MODE'])
