# The same as `python3 run demo` and `python3 run test`.
PYTHON ?= python3

.PHONY: demo test check
demo:
	@$(PYTHON) run demo
test:
	@$(PYTHON) run test
check:
	@$(PYTHON) run check
