import type { LocaleTemplates } from './locale-templates';

/** Chinese, in simplified characters, the sender in 【】 first as its readers expect. UCS-2: 70 characters. */
export const zh: LocaleTemplates = {
  lifetime: '{unit, select, minutes {{count}分钟} other {{count}秒}}',
  shortLifetime: '{unit, select, minutes {{count}分钟} other {{count}秒}}',
  texts: {
    login: [
      '【{product}】您正在登录，验证码：{code}，{lifetime}内有效，请勿告知他人。',
      '【{product}】登录验证码：{code}，{lifetime}内有效，请勿告知他人',
    ],
    register: [
      '【{product}】您正在注册，验证码：{code}，{lifetime}内有效，请勿告知他人。',
      '【{product}】注册验证码：{code}，{lifetime}内有效，请勿告知他人',
    ],
    reset_password: [
      '【{product}】您正在重置密码，验证码：{code}，{lifetime}内有效，请勿告知他人。',
      '【{product}】重置密码验证码：{code}，{lifetime}有效，请勿告知他人',
    ],
    change_phone: [
      '【{product}】您正在更换手机号，验证码：{code}，{lifetime}内有效，请勿告知他人。',
      '【{product}】换手机号验证码：{code}，{lifetime}有效，请勿告知他人',
    ],
    default: [
      '【{product}】您正在验证手机号，验证码：{code}，{lifetime}内有效，请勿告知他人。',
      '【{product}】手机验证码：{code}，{lifetime}内有效，请勿告知他人',
    ],
  },
};
