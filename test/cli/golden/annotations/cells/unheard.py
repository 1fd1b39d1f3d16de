# @frobnicate yes
# @model some-model
# @temperature 0.5
# @max_tokens 10
# @system be brief
# @system and kind
# @output json
# @output_schema {"type": "object"}
# @validate_retries 2
print("a python cell all the same")
