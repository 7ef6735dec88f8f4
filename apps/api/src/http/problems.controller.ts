import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { PROBLEMS, type ProblemType } from './problems';

/** Where the `type` of a problem document leads: what it means, and what to do. */
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  read(@Param('code') code: string): ProblemType & { code: string } {
    const found = Object.entries(PROBLEMS).find(([known]) => known === code);
    if (found === undefined) throw new NotFoundException();
    return { code, ...found[1] };
  }
}
