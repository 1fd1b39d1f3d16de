# @name judged
# @each review in reviews
# @output_schema {"type": "object", "properties": {"mood": {"enum": ["good", "bad"]}, "topic": {"enum": ["taste", "noise", "cleaning", "delivery"]}}, "required": ["mood", "topic"], "additionalProperties": false}
Judge this review of a coffee grinder. What is it mostly about, and is it a good or a bad one?

{{ review.text }}
