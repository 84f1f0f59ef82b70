import { useEffect, useState } from 'react';
import type { ApiClient, ApiResult } from '../../../shared/api/api.ts';

/** Returns the templates that there are, and none until the program has answered. */
export function useTemplates(api: ApiClient): ApiResult<'templates.list'> {
  const [templates, setTemplates] = useState<ApiResult<'templates.list'>>([]);
  useEffect(() => {
    let gone = false;
    void api
      .call('templates.list', {})
      .then((found) => gone || setTemplates(found))
      // Without an answer, a repository begins empty.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [api]);
  return templates;
}
