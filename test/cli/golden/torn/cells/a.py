print('must not run')
