import { z } from "zod"

/** Shown in logs and on screen; never part of a command. */
export const UserName = z.string().regex(/^[a-z][a-z0-9._-]{0,31}$/, "userName")
export const PASSWORD_MIN = 12
export const Password = z.string().min(PASSWORD_MIN, "passwordShort").max(256, "passwordLong")
