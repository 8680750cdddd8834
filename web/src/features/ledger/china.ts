/** The outline of China's provinces with the islands of the South China Sea, drawn as one path; and where a place lies on it. */
import china from 'echarts/map/json/china.json'
import fixDiaoyu from 'echarts/lib/coord/geo/fix/diaoyuIsland.js'
import fixNanhai from 'echarts/lib/coord/geo/fix/nanhai.js'
import parse, { type MapRegion } from 'echarts/lib/coord/geo/parseGeoJson.js'

export const width = 760
export const height = 600
const west = 73
const east = 136
const south = 17.5
const north = 54.5

/** Latitudes are stretched by a fixed share, which is the usual look of the country at this size. */
export function onMap(longitude: number, latitude: number): [number, number] {
  return [((longitude - west) / (east - west)) * width, ((north - latitude) / (north - south)) * height]
}

let drawn: string | null = null

export function outline(): string {
  if (drawn === null) {
    const regions: MapRegion[] = parse(structuredClone(china))
    regions.forEach((region) => fixDiaoyu('china', region))
    fixNanhai('china', regions)
    drawn = regions.flatMap((region) => region.geometries.map(({ exterior }) => ring(exterior))).join('')
  }
  return drawn
}

function ring(points: [number, number][]): string {
  return `M${points.map(([longitude, latitude]) => onMap(longitude, latitude).map((at) => at.toFixed(1)).join(' ')).join('L')}Z`
}
