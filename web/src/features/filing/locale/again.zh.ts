/** The words of filing again. */
export default {
  again: {
    causes: '用原来填写的内容新建一份草稿，材料还在的一并带上；起诉状重新生成，您核对、修改、签名后再提交。原来的记录不变。',
    confirm: '新建草稿',
    done: '已用原来的内容新建草稿。',
    resumed: '已有一份这样的草稿，接着填写即可。',
    missing: '这些材料需要重新上传',
    missingWhy: '草稿已建好。下面的材料法院已不再保存，名称、来源和证明内容都还在，请重新上传文件：',
    go: '去草稿',
  },
}
