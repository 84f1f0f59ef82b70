import { useEffect, useState } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api/api.ts';

/** A host that ~/.ssh/config names. */
export type ImportableHost = ApiResult<'contexts.importable'>[number];

/** Returns the hosts that could be imported; none until the program has answered. */
export function useImportable(api: ApiClient): ApiResult<'contexts.importable'> {
  const [hosts, setHosts] = useState<ApiResult<'contexts.importable'>>([]);
  useEffect(() => {
    let gone = false;
    void api
      .call('contexts.importable', {})
      .then((found) => gone || setHosts(found))
      // Without the list, a machine can still be typed by hand.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [api]);
  return hosts;
}
