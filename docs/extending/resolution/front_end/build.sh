#!/bin/sh
# Builds the front end of the example; run it at the root of the repository. In emwidgets it is `make build-frontend`.
exec node_modules/.bin/esbuild docs/extending/resolution/front_end/resolution.ts --bundle --minify --format=esm \
  --target=es2022 --charset=utf8 --legal-comments=none --log-level=warning \
  --outfile="${1:-docs/extending/resolution/static/resolution.js}"
