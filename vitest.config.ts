import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/frontend/**/*.test.ts"],
    // a test that needs a page says so on its first line: // @vitest-environment happy-dom
    environment: "node",
  },
});
