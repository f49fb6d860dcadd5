import type { auth as en } from "../en/auth"

export const auth: typeof en = {
  login: "ログイン",
  user: "ユーザ名",
  password: "パスワード",
  setupTitle: "最初の管理者",
  setupText: "パネルのコンソールに、一度だけ使えるトークンが表示されています。入力した人が管理者になります。",
  token: "コンソールのトークン",
  newUser: "ユーザ名",
  newPassword: "パスワード",
  create: "管理者を登録",
  logout: "ログアウト",
}
