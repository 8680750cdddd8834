/** The parts of the map data's package that are used: it brings no types of its own. */
declare module 'echarts/map/json/china.json' {
  const content: object
  export default content
}
declare module 'echarts/lib/coord/geo/parseGeoJson.js' {
  export interface MapRegion {
    name: string
    geometries: { type: string; exterior: [number, number][] }[]
  }
  export default function parse(content: object): MapRegion[]
}
declare module 'echarts/lib/coord/geo/fix/nanhai.js' {
  import type { MapRegion } from 'echarts/lib/coord/geo/parseGeoJson.js'
  export default function fix(map: string, regions: MapRegion[]): void
}
declare module 'echarts/lib/coord/geo/fix/diaoyuIsland.js' {
  import type { MapRegion } from 'echarts/lib/coord/geo/parseGeoJson.js'
  export default function fix(map: string, region: MapRegion): void
}
