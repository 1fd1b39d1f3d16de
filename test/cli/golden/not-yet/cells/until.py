# @loop max_iter=3
# @loop carry=state
# @loop_until state > 2
state = base
