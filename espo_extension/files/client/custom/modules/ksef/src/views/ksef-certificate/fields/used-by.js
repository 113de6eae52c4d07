/** The profiles in which a certificate is linked. */
define('modules/ksef/views/ksef-certificate/fields/used-by', ['views/fields/base'], Base => class extends Base {
    listTemplateContent = `
        {{#each profiles}}{{#unless @first}}, {{/unless}}<a href="#KsefProfile/view/{{id}}">{{name}}</a>{{/each}}`

    detailTemplateContent = this.listTemplateContent

    data() {
        return {...super.data(), profiles: this.model.get(this.name) || []};
    }
});
