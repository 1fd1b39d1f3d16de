whole = half * 2
