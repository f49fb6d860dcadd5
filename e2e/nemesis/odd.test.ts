import { vi } from "vitest"
import { nemesis } from "./run"

vi.mock("../../lib/auth/password", () => import("../scenarios/plain-password"))

nemesis(1)
