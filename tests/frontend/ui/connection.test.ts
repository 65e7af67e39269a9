import { describe, expect, it, vi } from "vitest";
import { Cleanup } from "../../../emwidgets/frontend/src/core/ui/cleanup";
import { connect } from "../../../emwidgets/frontend/src/core/ui/connection";
import { FakeModel, type Steps } from "../harness/model";

function start(steps?: Steps) {
  const model = new FakeModel({ threshold: 0.5, eps: null, view: {}, selection: {} }, new Set(["threshold"]), steps);
  const changed = vi.fn();
  const cleanup = new Cleanup();
  return { model, changed, cleanup, connection: connect(model, cleanup, changed), kernel: model.widget_manager?.kernel };
}

describe("a connection", () => {
  it("is live while Python answers, for whatever one changes", () => {
    const { connection } = start();
    expect(connection.where).toBe("live");
    expect(["threshold", "eps", "view"].map(connection.can)).toEqual([true, true, true]);
    expect(connection.steps("threshold")).toBeNull();
  });

  it("in a page can what has steps, and how one looks", () => {
    const { connection } = start({ threshold: [0.2, 0.5] });
    expect(connection.where).toBe("page");
    expect(["threshold", "eps", "include", "view", "selection"].map(connection.can)).toEqual([true, false, false, true, true]);
    expect(connection.steps("threshold")).toEqual([0.2, 0.5]);
    expect(connection.refusal).toBe("Needs Python: this is a saved page");
  });

  it("is lost when the comm closes, and says so once", () => {
    const { model, connection, changed } = start();
    model.disconnect();
    model.disconnect();
    expect(connection.where).toBe("disconnected");
    expect(["threshold", "view", "selection"].map(connection.can)).toEqual([false, true, true]);
    expect(connection.refusal).toContain("run the cell again");
    expect(changed).toHaveBeenCalledOnce();
  });

  it("is lost from the beginning in a notebook that was not run", () => {
    const model = new FakeModel({ view: {} }, new Set());
    model.comm_live = false;
    expect(connect(model, new Cleanup(), () => {}).where).toBe("disconnected");
  });

  it.each(["dead", "restarting", "autorestarting", "terminating"])("is lost for good with a kernel that is %s", (status) => {
    const { connection, kernel, changed } = start();
    kernel!.become({ status });
    expect(connection.where).toBe("disconnected");
    kernel!.become({ status: "idle" });
    expect(connection.where).toBe("disconnected");
    expect(changed).toHaveBeenCalledOnce();
  });

  it("comes back with the network", () => {
    const { connection, kernel } = start();
    kernel!.become({ connectionStatus: "connecting" });
    expect(connection.where).toBe("live");
    kernel!.become({ connectionStatus: "disconnected" });
    expect(connection.where).toBe("disconnected");
    kernel!.become({ connectionStatus: "connected" });
    expect(connection.where).toBe("live");
  });

  it("is live with hosts that know of no kernel, or throw when asked", () => {
    const traits = { get: () => 1, save_changes: () => {}, on: () => {}, off: () => {} };
    const set = vi.fn();
    expect(connect({ ...traits, set }, new Cleanup(), () => {}).where).toBe("live");
    const strange = { get kernel(): never { throw new Error("not here"); } };
    expect(connect({ ...traits, set, widget_manager: strange }, new Cleanup(), () => {}).where).toBe("live");
    expect(set).not.toHaveBeenCalled(); // another host might take {} for a trait
    const partly = { create_view: () => {}, kernel: { status: "idle", get connectionStatus(): never { throw new Error("not here"); } } };
    expect(connect({ ...traits, set: () => undefined, widget_manager: partly }, new Cleanup(), () => {}).where).toBe("live");
  });

  it("leaves no listener behind", () => {
    const { model, cleanup, kernel } = start();
    expect([model.listenerCount, kernel!.slots.size]).toEqual([1, 1]);
    cleanup.run();
    expect([model.listenerCount, kernel!.slots.size]).toEqual([0, 0]);
  });
});
