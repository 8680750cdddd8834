# Everything a newcomer or CI needs. `make help` lists it.
PYTEST := .venv/bin/python -m pytest
PYTEST_ARGS ?=
NPM := npm --prefix web --silent
# Where it is set, every process that a test starts compiles the whole house again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check lint format types web-check bench openapi lock pictures verifier clean

help: ## Show this list / 显示本列表
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@tools/setup run

setup-dev:
	@tools/setup dev

run: setup ## Install, build, start everything and print the address / 安装、构建并启动全部
	@.venv/bin/tianping up

test: setup-dev ## Every test: rules, database, browser journeys, faults / 全部测试
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint types web-check
	$(PYTEST) -n 2 --dist loadfile $(PYTEST_ARGS)

check: setup-dev ## The same without the slow parts, under 3 minutes / 快速检查
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint types web-check
	$(PYTEST) -n 2 --dist loadfile -m "not slow" $(PYTEST_ARGS)

lint: setup-dev ## Style, floors and the house's own rules / 代码规范与分层
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	@if [ -x tools/lint ]; then tools/lint; fi

types: setup-dev
	.venv/bin/pyright

web-check: setup-dev
	$(NPM) run lint
	$(NPM) run typecheck
	$(NPM) run test

format: setup-dev ## Put the code into its usual shape / 格式化代码
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

bench: setup-dev ## Measure, beside peers, in one run / 性能测量
	.venv/bin/python -m bench

openapi: setup-dev ## Write the API description and its TypeScript client / 生成接口说明与客户端
	.venv/bin/tianping openapi > web/openapi.json.new
	mv web/openapi.json.new web/openapi.json
	$(NPM) run generate

lock: ## Resolve the dependencies anew, with hashes and without an index / 重新锁定依赖
	PYTHONPATH=.tools/uv/packages .tools/uv/packages/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-annotate --no-header pyproject.toml -o requirements.lock
	PYTHONPATH=.tools/uv/packages .tools/uv/packages/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-annotate --no-header pyproject.toml --group dev -o requirements-dev.lock

pictures: setup-dev ## Photograph every kind of page into docs/pictures / 生成页面截图
	.venv/bin/python tools/pictures

verifier: ## Build the stand-alone checker: one zipapp, one web page / 构建独立核验工具
	python3 verifier/build

clean: ## Remove what was installed and built; .data stays / 清除安装与构建产物（不删数据）
	rm -rf .venv .tools web/node_modules web/dist web/.cache verifier/web/node_modules verifier/dist .pytest_cache .ruff_cache .hypothesis
