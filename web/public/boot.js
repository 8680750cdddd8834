// Sets theme, text size and language before the first paint, so that nothing flashes. Keys as in shared/preferences.ts.
(function () {
  var root = document.documentElement
  var read = function (key) {
    try {
      return localStorage.getItem('tianping.' + key)
    } catch {
      return null
    }
  }
  var theme = read('theme')
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  root.dataset.text = read('text') || 'normal'
  var language = read('language') || (/^zh/i.test(navigator.language) ? 'zh' : /^en/i.test(navigator.language) ? 'en' : 'zh')
  root.lang = language === 'en' ? 'en' : 'zh-CN'
})()
