# @name tasks
# @output_schema {"type": "array", "items": {"type": "object", "properties": {"task": {"type": "string"}, "days": {"type": "integer", "minimum": 1}}, "required": ["task", "days"], "additionalProperties": false}}
Turn this advice into tasks, each with the days it takes one person.

{{ advice }}
