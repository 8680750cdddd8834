/** The words of filing again. */
export default {
  again: {
    causes: 'A new draft takes over what you wrote, with the files that are still held. The complaint is written anew; you check, change and sign it before handing in. The earlier filing stays as it is.',
    confirm: 'Begin the draft',
    done: 'A draft was begun with these answers.',
    resumed: 'There is such a draft already; go on with it.',
    missing: 'Please upload these again',
    missingWhy: 'The draft is ready. The court no longer holds the files below; their names, sources and what they prove are kept. Please upload the files again:',
    go: 'To the draft',
  },
}
