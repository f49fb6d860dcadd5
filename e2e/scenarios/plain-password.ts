/** In place of lib/auth/password on a virtual clock: real hashing takes real time, in which nobody says how much virtual time passes. */
export const hashPassword = async (password: string): Promise<string> => `plain ${password}`
export const verifyPassword = async (passwordHash: string | undefined, password: string): Promise<boolean> =>
  passwordHash === `plain ${password}`
