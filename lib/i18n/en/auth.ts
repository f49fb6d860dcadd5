export const auth = {
  login: "Log in",
  user: "User",
  password: "Password",
  setupTitle: "The first admin",
  setupText: "The console of the panel shows a token that works once. It makes you the admin.",
  token: "Token from the console",
  newUser: "Your user name",
  newPassword: "Your password",
  create: "Make me admin",
  logout: "Log out",
}
