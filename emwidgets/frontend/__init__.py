"""What all widgets share: their Python base and the bundles the browser runs.

``src`` holds the TypeScript (``make build-frontend`` bundles it), ``static`` the bundles. These are committed and
shipped in the wheel, so that installing needs no Node.
"""
