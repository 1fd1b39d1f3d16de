# @name reply
# @model some-model
# @temperature 0
# @max_tokens 10
# @system Be brief.
# @output json
# @output_schema {"type": "object"}
# @validate_retries 3
print("a prompt is not Python, even when it looks like it") {{ base }}
