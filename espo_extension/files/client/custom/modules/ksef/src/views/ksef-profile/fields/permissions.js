/** The rights that the last connection test found. */
define('modules/ksef/views/ksef-profile/fields/permissions', [
    'views/fields/base',
    'modules/ksef/messages/message-text',
], (Base, MessageText) => class extends Base {
    detailTemplateContent = `
        {{#each rights}}<span class="label label-md label-default text-nowrap">{{this}}</span> {{/each}}
        {{#unless rights.length}}<span class="none-value">{{translate 'None'}}</span>{{/unless}}`

    data() {
        const texts = MessageText.of(this);

        return {...super.data(), rights: (this.model.get(this.name) || []).map(right => texts.right(right))};
    }
});
