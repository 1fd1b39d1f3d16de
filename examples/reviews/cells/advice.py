# @name advice
# @system You advise a small workshop that makes coffee grinders. Be brief and concrete.
This is how many good and bad reviews our grinder got:

{{ topics }}

What people complain about most is {{ worst }}. These are those reviews:

{{ judged[(judged["topic"] == worst) & (judged["mood"] == "bad")][["stars", "text"]] }}

What should we do first? Answer in at most three sentences.
