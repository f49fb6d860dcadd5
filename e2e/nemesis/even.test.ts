import { nemesis } from "./run"

nemesis(0)
