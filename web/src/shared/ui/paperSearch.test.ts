import { expect, it } from 'vitest'
import { matchesIn } from './paperSearch'

it.each([
  [['民事', '起诉状'], '事起诉', [[0, 1]]],
  [['原告 林晓雨', '，女'], '原告林', [[0]]],
  [['Order NO. 88', 'order no.', ' 88'], 'order no. 88', [[0], [1, 2]]],
  [['被告'], '原告', []],
  [['被告'], '  ', []],
])('%j holds %s in the pieces %j', (pieces, words, found) => expect(matchesIn(pieces, words)).toEqual(found))
